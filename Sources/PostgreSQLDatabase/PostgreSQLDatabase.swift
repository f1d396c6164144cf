import CPostgreSQL
import Database
